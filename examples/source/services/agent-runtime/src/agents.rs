//! What the agents do.

use std::{collections::HashMap, time::Duration};

use anyhow::Context;
use kalisi_common::{
    neo4j::{Access, Neo4j},
    redis::ping,
    value::to_json,
};
use redis::aio::ConnectionManager;
use tokio::time::{timeout, Instant};

const ANSWER_WITHIN: Duration = Duration::from_secs(5);

pub struct Agents {
    redis: ConnectionManager,
    neo4j: Neo4j,
}

impl Agents {
    pub fn new(redis: ConnectionManager, neo4j: Neo4j) -> Self {
        Self { redis, neo4j }
    }

    /// One slow agent must not hold up the requests behind it for long.
    pub async fn ask(&self, agent: &str, message: &str) -> anyhow::Result<String> {
        timeout(ANSWER_WITHIN, self.answer(agent, message))
            .await
            .with_context(|| format!("no answer within {} s", ANSWER_WITHIN.as_secs()))?
    }

    async fn answer(&self, agent: &str, message: &str) -> anyhow::Result<String> {
        match agent {
            "echo" => Ok(message.to_owned()),
            "ping" => {
                let started = Instant::now();
                ping(&self.redis).await?;
                let ms = started.elapsed().as_secs_f64() * 1000.0;
                Ok(format!("pong, Redis answered in {ms:.1} ms"))
            }
            "graph-count" => self.graph_count().await,
            // Answered as a success: a prober learns that the runtime works without naming an agent.
            unknown => Ok(format!("Unknown agent type: {unknown}")),
        }
    }

    async fn graph_count(&self) -> anyhow::Result<String> {
        let cypher = "RETURN COUNT { () } AS nodes, COUNT { ()-->() } AS relationships";
        let table = self
            .neo4j
            .query(cypher, &HashMap::new(), Access::Read)
            .await?;
        match table.rows.first().map(Vec::as_slice) {
            Some([nodes, relationships]) => Ok(format!(
                "{} nodes, {} relationships",
                to_json(nodes),
                to_json(relationships)
            )),
            _ => anyhow::bail!("the count came back empty"),
        }
    }
}
