//! Project chores that need Rust's own view of the code. `cargo xtask <chore>`.

mod bindings;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Project chores")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Write ui/src/backend/bindings.ts from the one list of commands.
    Bindings {
        /// Only compare; fail when the file on disk differs.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().chore {
        Chore::Bindings { check } => bindings::run(check),
    }
}
