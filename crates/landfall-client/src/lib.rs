//! The application API that every host calls: command bodies, DTOs, topics, CommandError.

pub mod commands;
pub mod dto;
pub mod error;
pub mod topic;
