//! `POST /v0/cypher/unified`: a Cypher query in, the nodes and edges it touched out.

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use axum::{extract::State, Json};
use kalisi_common::{
    neo4j::{Access, Neo4j, Table, MAX_ROWS},
    value::{properties, to_json},
};
use neo4rs::{BoltMap, BoltType};
use serde::{Deserialize, Serialize};
use serde_json::{json, Map, Value};

#[derive(Deserialize)]
pub struct CypherRequest {
    query: String,
    #[serde(default)]
    parameters: HashMap<String, Value>,
}

#[derive(Serialize)]
pub struct CypherResponse {
    success: bool,
    message: String,
    data: Option<GraphData>,
    execution_time_ms: u64,
    query: String,
    rows_returned: usize,
}

/// `columns` and `rows` go beyond the full Kalisi gateway, which drops scalars.
#[derive(Debug, Default, Serialize)]
pub struct GraphData {
    nodes: Vec<Value>,
    edges: Vec<Value>,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// Anyone who reaches the page can ask, so the server is told to refuse writes. As in the full
/// gateway a failed query is HTTP 200 with `success: false`.
pub async fn unified(
    State(neo4j): State<Neo4j>,
    Json(request): Json<CypherRequest>,
) -> Json<CypherResponse> {
    let started = Instant::now();
    let outcome = if request.query.trim().is_empty() {
        Err("Query cannot be empty".to_owned())
    } else {
        neo4j
            .query(&request.query, &request.parameters, Access::Read)
            .await
            .map_err(|error| error.to_string())
    };
    let execution_time_ms = started.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
    Json(match outcome {
        Ok(table) => CypherResponse {
            success: true,
            message: success_message(execution_time_ms, table.truncated),
            execution_time_ms,
            rows_returned: table.rows.len(),
            data: Some(GraphData::from(table)),
            query: request.query,
        },
        Err(message) => CypherResponse {
            success: false,
            message,
            data: None,
            execution_time_ms,
            query: request.query,
            rows_returned: 0,
        },
    })
}

fn success_message(ms: u64, truncated: bool) -> String {
    let cut = if truncated {
        format!(", cut off after {MAX_ROWS} rows")
    } else {
        String::new()
    };
    format!("Query executed successfully in {ms}ms{cut}")
}

impl From<Table> for GraphData {
    fn from(table: Table) -> Self {
        let mut data = Self::default();
        let mut seen = HashSet::new();
        for value in table.rows.iter().flatten() {
            data.collect(value, &mut seen);
        }
        let rows = table.rows.iter();
        data.rows = rows.map(|row| row.iter().map(to_json).collect()).collect();
        data.columns = table.columns;
        data
    }
}

impl GraphData {
    fn collect(&mut self, value: &BoltType, seen: &mut HashSet<String>) {
        match value {
            BoltType::Node(node) => {
                let labels = to_json(&BoltType::List(node.labels.clone()));
                if seen.insert(key("node", node.id.value, &node.properties)) {
                    self.nodes.push(element("labels", labels, &node.properties));
                }
            }
            BoltType::Relation(edge) => {
                let kind = json!(edge.typ.value);
                if seen.insert(key("edge", edge.id.value, &edge.properties)) {
                    self.edges.push(element("type", kind, &edge.properties));
                }
            }
            BoltType::UnboundedRelation(edge) => {
                let kind = json!(edge.typ.value);
                if seen.insert(key("edge", edge.id.value, &edge.properties)) {
                    self.edges.push(element("type", kind, &edge.properties));
                }
            }
            BoltType::Path(path) => {
                for part in path.nodes.value.iter().chain(&path.rels.value) {
                    self.collect(part, seen);
                }
            }
            BoltType::List(list) => {
                for item in &list.value {
                    self.collect(item, seen);
                }
            }
            BoltType::Map(map) => {
                for item in map.value.values() {
                    self.collect(item, seen);
                }
            }
            _ => {}
        }
    }
}

/// The GUID names an element across databases; the internal id serves where there is none.
fn key(kind: &str, id: i64, map: &BoltMap) -> String {
    match map.value.get("GUID").or_else(|| map.value.get("guid")) {
        Some(BoltType::String(guid)) => format!("{kind}/{}", guid.value),
        _ => format!("{kind}#{id}"),
    }
}

fn element(tag: &str, value: Value, map: &BoltMap) -> Value {
    let mut result = Map::from_iter([(tag.to_owned(), value)]);
    result.extend(properties(map));
    Value::Object(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use neo4rs::{BoltInteger, BoltList, BoltNode, BoltString};

    fn node(guid: &str) -> BoltType {
        let map = BoltMap::from_iter([(BoltString::from("GUID"), BoltType::from(guid))]);
        let labels = BoltList::from(vec![BoltType::from("Service")]);
        BoltType::Node(BoltNode::new(BoltInteger::new(1), labels, map))
    }

    #[test]
    fn every_node_appears_once_however_deep() {
        let nested = BoltType::List(BoltList::from(vec![node("a"), node("b")]));
        let data = GraphData::from(Table {
            columns: vec!["n".into(), "ns".into()],
            rows: vec![vec![node("a"), nested]],
            truncated: false,
        });
        assert_eq!(data.nodes.len(), 2);
        assert_eq!(data.nodes[0], json!({ "labels": ["Service"], "GUID": "a" }));
        assert_eq!(data.rows[0].len(), 2);
        assert!(data.edges.is_empty());
    }

    #[test]
    fn parameters_may_be_left_out() {
        let request: CypherRequest = serde_json::from_str(r#"{"query":"RETURN 1"}"#).unwrap();
        assert!(request.parameters.is_empty());
        assert!(serde_json::from_str::<CypherRequest>("{}").is_err());
    }
}
