//! Who may ask, and what is said to who may not.
