//! Wakes: event streams, and pushes by stand-ins of the push services on loopback.

mod apns;
mod fcm;
mod notify;
mod office;
mod pace;
mod service;
mod stream;
mod web_push;
