//! Project chores that need Rust's own view of the code. `cargo xtask <chore>`.

mod bindings;
mod tidy;
mod versions;

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
    /// Check the rules of the house: dependencies, file sizes, docs, SQL, migrations.
    Tidy {
        /// Write down the checksums of new migrations first.
        #[arg(long)]
        record: bool,
    },
    /// Check that versions declared in two places agree.
    Versions,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().chore {
        Chore::Bindings { check } => bindings::run(check),
        Chore::Tidy { record } => tidy::run(record),
        Chore::Versions => versions::run(&tidy::root()),
    }
}
