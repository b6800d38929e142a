//! Neo4j over Bolt.

use std::{collections::HashMap, time::Duration};

use neo4rs::{BoltType, ConfigBuilder, Graph, Query};
use serde_json::Value;
use tokio::time::timeout;

use crate::{cypher, env::Env};

const QUERY_TIMEOUT: Duration = Duration::from_secs(30);
/// Keeps one careless query from filling the memory of the service.
pub const MAX_ROWS: usize = 10_000;

#[derive(Clone)]
pub struct Settings {
    pub uri: String,
    pub user: String,
    pub password: String,
    pub database: String,
    pub pool_max: usize,
    pub fetch_size: usize,
}

impl Settings {
    /// The gateway's rules: nothing but the tuning has a default.
    pub fn required(env: &mut Env) -> Self {
        let uri = env.required("NEO4J_URI");
        let user = env.required_any(&["NEO4J_USERNAME", "NEO4J_USER"]);
        let password = env.required("NEO4J_PASSWORD");
        let database = env.required("NEO4J_DATABASE");
        Self::tuned(env, uri, user, password, database)
    }

    /// The other services' rules: only the password has no default.
    pub fn with_defaults(env: &mut Env) -> Self {
        let user = env
            .optional("NEO4J_USERNAME")
            .unwrap_or_else(|| env.or("NEO4J_USER", "neo4j"));
        let password = env.required("NEO4J_PASSWORD");
        let uri = env.or("NEO4J_URI", "bolt://localhost:7687");
        let database = env.or("NEO4J_DATABASE", "neo4j");
        Self::tuned(env, uri, user, password, database)
    }

    fn tuned(env: &mut Env, uri: String, user: String, password: String, database: String) -> Self {
        Self {
            uri,
            user,
            password,
            database,
            pool_max: env.parsed_or("NEO4J_POOL_MAX", 24),
            fetch_size: env.parsed_or("NEO4J_FETCH_SIZE", 500),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
}

#[derive(Debug)]
pub enum QueryError {
    Connection(String),
    Query(String),
}

impl std::fmt::Display for QueryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connection(reason) => write!(f, "Neo4j connection failed: {reason}"),
            Self::Query(reason) => write!(f, "Query failed: {reason}"),
        }
    }
}

impl std::error::Error for QueryError {}

impl From<neo4rs::Error> for QueryError {
    fn from(error: neo4rs::Error) -> Self {
        match error {
            neo4rs::Error::Neo4j(e) => Self::Query(format!("{} ({})", e.message(), e.code())),
            other => Self::Connection(other.to_string()),
        }
    }
}

#[derive(Debug, Default)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<BoltType>>,
    /// The result had more than `MAX_ROWS` rows.
    pub truncated: bool,
}

#[derive(Clone)]
pub struct Neo4j {
    graph: Graph,
}

impl Neo4j {
    /// Makes the pool only: the server may come up later, or go and come back.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let config = ConfigBuilder::new()
            .uri(&settings.uri)
            .user(&settings.user)
            .password(&settings.password)
            .db(settings.database.as_str())
            .max_connections(settings.pool_max)
            .fetch_size(settings.fetch_size)
            .build()?;
        Ok(Self {
            graph: Graph::connect(config)?,
        })
    }

    pub async fn ping(&self) -> anyhow::Result<()> {
        let mut rows = self.graph.execute_read("RETURN 1 AS one").await?;
        let one: Option<i64> = rows.next().await?.map(|row| row.get("one")).transpose()?;
        // Read to the end, or the connection goes back to the pool with an answer still coming.
        rows.next().await?;
        anyhow::ensure!(one == Some(1), "RETURN 1 did not answer 1");
        Ok(())
    }

    pub async fn query(
        &self,
        cypher: &str,
        parameters: &HashMap<String, Value>,
        access: Access,
    ) -> Result<Table, QueryError> {
        timeout(QUERY_TIMEOUT, self.run(cypher, parameters, access))
            .await
            .unwrap_or_else(|_| {
                let seconds = QUERY_TIMEOUT.as_secs();
                Err(QueryError::Query(format!("no result within {seconds} s")))
            })
    }

    async fn run(
        &self,
        cypher: &str,
        parameters: &HashMap<String, Value>,
        access: Access,
    ) -> Result<Table, QueryError> {
        let mut query = Query::from(cypher);
        for (name, value) in parameters {
            let value = BoltType::try_from(value.clone())
                .map_err(|_| QueryError::Query(format!("parameter {name} has no Bolt form")))?;
            query = query.param(name, value);
        }
        let mut stream = match access {
            // The server itself refuses writes in read mode:
            // https://neo4j.com/docs/bolt/current/bolt/message/#messages-run (extra.mode)
            Access::Read => self.graph.execute_read(query).await?,
            Access::Write => self.graph.execute(query).await?,
        };
        let mut table = Table::default();
        while let Some(row) = stream.next().await? {
            if table.rows.len() == MAX_ROWS {
                table.truncated = true;
                break;
            }
            if table.rows.is_empty() {
                let names = row.keys().iter().map(|key| key.value.clone()).collect();
                table.columns = cypher::in_query_order(cypher, names);
            }
            let cell = |name: &String| row.get::<BoltType>(name);
            let cells: Result<Vec<_>, _> = table.columns.iter().map(cell).collect();
            let cells = cells.map_err(|error| QueryError::Query(error.to_string()))?;
            table.rows.push(cells);
        }
        Ok(table)
    }
}
