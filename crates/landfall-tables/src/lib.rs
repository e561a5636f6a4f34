//! The client's side of the table protocol of Azure Mobile Apps and Datasync: how a device (steps 5, 7, 9 of the data's
//! way) and an import ask a server that a team already has. It knows one request and its answer; when to ask, and what
//! to do with the answer, is the caller's.
//!
//! **Dialects.** [`Dialect::V2`]: Azure Mobile Apps, on Node and .NET. [`Dialect::V3`]: Datasync, the Microsoft one and
//! that of the community toolkit. Which one a server speaks is found out ([`TablesClient::meet`]): asked with
//! `ZUMO-API-VERSION: 3.0.0`, a list is an object with `items` (v3) or an array (v2); a server that refuses that version
//! is asked once more with `2.0.0`.
//!
//! **Every request** has `ZUMO-API-VERSION` (`2.0.0` or `3.0.0`), `Accept: application/json`, and the token, if there is
//! one, in `X-ZUMO-AUTH` or `Authorization: Bearer` ([`Auth`]). A table is at `tables/NAME` below the base address. No
//! redirect is followed.
//!
//! | | v2 | v3 |
//! |---|---|---|
//! | a page | `GET tables/t?$filter&$orderby&$skip&$top&$inlinecount=allpages&__includeDeleted=true` | `…&$count=true&__includedeleted=true` |
//! | an instant in a filter | `datetimeoffset'2026-11-23T10:41:00.000Z'` | `cast(2026-11-23T10:41:00.000Z,Edm.DateTimeOffset)` |
//! | its answer | `{results, count}`, or an array; `Link: …; rel=next` | `{items, count, nextLink}` |
//! | one record, deleted ones too | `GET tables/t/id`; on 404 a page with `id eq '…'` | `GET tables/t/id?__includedeleted=true` |
//! | insert | `POST tables/t` with `id` and the values | the same |
//! | change | `PATCH tables/t/id` with the changed values | `PUT tables/t/id` with the whole record |
//! | bring back | `POST tables/t/id` without a body, then a change | `PUT tables/t/id?__includedeleted=true`, `deleted: false` |
//! | delete | `DELETE tables/t/id` | the same |
//!
//! A change or deletion of a known version has `If-Match: "version"`. The version is always the one in a record's body:
//! the `ETag` of a list or an error is Express's own there, and says nothing about a record. A server without versions
//! gets no condition ([`row::Row::version`]).
//!
//! **Answers to a change** ([`change::Answer`]): 2xx done, with the record where the body has it; 409 and 412 the stored
//! record differs, with it where the body has it *with a version* (Node's 409 echoes what was sent, .NET's has a text);
//! 404 and 410 not there; 400, 405, 413, 415 and 422 refused, in the server's own words ([`words`]), and so is a 500 that says in
//! the words of a database that it will never take such a row, which is Node's way. **Errors**
//! ([`Error`]): 401 and 403; a table that the server does not have; a page of HTML or a redirect, which no such server
//! sends; 429 and 5xx with `Retry-After`; and what the line met.
//!
//! **Values** ([`properties`]) are read leniently, by the column's kind, and written as both generations take them. What
//! the schema does not know is left alone.

pub mod change;
pub mod client;
pub mod dialect;
pub mod error;
mod instant;
pub mod names;
pub mod page;
pub mod properties;
pub mod row;
mod value;
pub mod walk;
pub mod words;

pub use change::Answer;
pub use client::{Auth, Met, TablesClient};
pub use dialect::Dialect;
pub use error::Error;
pub use page::{Page, Select};
pub use properties::{Properties, Read};
pub use row::Row;
pub use walk::Position;
