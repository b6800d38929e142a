//! What the three Kalisi services share.

pub mod cypher;
pub mod env;
pub mod health;
pub mod neo4j;
pub mod redis;
pub mod startup;
pub mod value;
