//! What the table protocol needs of the database: pages of a query ([`list`]), and changes one by one through the same
//! path as a push ([`write`]), with an eye for those that were made before but whose answer was lost ([`repeat`]).
//! (Steps 6 and 9 of the data's way.)

pub(crate) mod list;
pub(crate) mod repeat;
#[cfg(test)]
mod tests;
pub(crate) mod write;
