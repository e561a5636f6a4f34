//! Pull: every committed change arrives, in pages, and a cursor that can't be used starts over.
