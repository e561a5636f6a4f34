//! Stories of convergence: a server and three devices in one process, told with names.

mod big;
mod conflicts;
mod crashes;
mod cuts;
mod decisions;
mod deletes;
mod driver;
mod groups;
mod latest;
mod merge_rules;
mod orders;
mod plain;
mod refused;
mod resync;
mod review_lines_and_limits;
mod review_no_network;
mod review_order_of_changes;
mod review_other_lives;
mod review_tables_and_rules;
mod review_theirs_moves_on;
mod schema;
mod sockets;
mod stumbles;
mod tables;
mod undo;
mod wakes;
