//! Any bytes as an expression of the query language: docs/TESTING.md says how to run it.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| landfall_server::fuzz::odata(bytes));
