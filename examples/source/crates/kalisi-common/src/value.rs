//! Bolt values as JSON.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat};
use neo4rs::{BoltList, BoltMap, BoltType};
use serde_json::{json, Map, Value};

pub fn properties(map: &BoltMap) -> Map<String, Value> {
    map.value
        .iter()
        .map(|(key, value)| (key.value.clone(), to_json(value)))
        .collect()
}

fn list(list: &BoltList) -> Value {
    list.value.iter().map(to_json).collect()
}

pub fn to_json(value: &BoltType) -> Value {
    match value {
        BoltType::Null(_) => Value::Null,
        BoltType::Boolean(v) => v.value.into(),
        BoltType::Integer(v) => v.value.into(),
        BoltType::Float(v) => v.value.into(),
        BoltType::String(v) => v.value.as_str().into(),
        BoltType::List(v) => list(v),
        BoltType::Map(v) => properties(v).into(),
        BoltType::Bytes(v) => v.value.iter().copied().collect(),
        BoltType::Node(v) => json!({
            "labels": list(&v.labels),
            "properties": properties(&v.properties),
        }),
        BoltType::Relation(v) => json!({
            "type": v.typ.value,
            "properties": properties(&v.properties),
        }),
        BoltType::UnboundedRelation(v) => json!({
            "type": v.typ.value,
            "properties": properties(&v.properties),
        }),
        BoltType::Path(v) => json!({ "nodes": list(&v.nodes), "relationships": list(&v.rels) }),
        BoltType::Point2D(v) => json!({ "srid": v.sr_id.value, "x": v.x.value, "y": v.y.value }),
        BoltType::Point3D(v) => json!({
            "srid": v.sr_id.value, "x": v.x.value, "y": v.y.value, "z": v.z.value,
        }),
        other => temporal(other).map_or(Value::Null, Value::from),
    }
}

/// ISO 8601 text, as Neo4j's own tools show it.
fn temporal(value: &BoltType) -> Option<String> {
    let value = value.clone();
    match value {
        BoltType::Date(_) => NaiveDate::try_from(value).ok().map(|v| v.to_string()),
        BoltType::LocalDateTime(_) => NaiveDateTime::try_from(value)
            .ok()
            .map(|v| v.format("%Y-%m-%dT%H:%M:%S%.f").to_string()),
        BoltType::DateTime(_) => DateTime::<FixedOffset>::try_from(value)
            .ok()
            .map(|v| v.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        BoltType::DateTimeZoneId(v) => DateTime::<FixedOffset>::try_from(&v).ok().map(|at| {
            let at = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            format!("{at}[{}]", v.tz_id())
        }),
        BoltType::LocalTime(v) => Some(NaiveTime::from(v).to_string()),
        BoltType::Time(v) => {
            let (time, offset): (NaiveTime, FixedOffset) = v.into();
            Some(format!("{time}{offset}"))
        }
        BoltType::Duration(v) => Some(format!("PT{}S", std::time::Duration::from(v).as_secs_f64())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neo4rs::{BoltInteger, BoltNode, BoltString};

    #[test]
    fn a_node_keeps_labels_and_properties() {
        let labels = BoltList::from(vec![BoltType::from("Person")]);
        let map = BoltMap::from_iter([(BoltString::from("name"), BoltType::from("Ada"))]);
        let node = BoltNode::new(BoltInteger::new(7), labels, map);
        assert_eq!(
            to_json(&BoltType::Node(node)),
            json!({ "labels": ["Person"], "properties": { "name": "Ada" } })
        );
    }

    #[test]
    fn dates_are_iso_text() {
        let date = NaiveDate::from_ymd_opt(2025, 9, 27).unwrap();
        assert_eq!(to_json(&BoltType::from(date)), json!("2025-09-27"));
        let at = date.and_hms_opt(1, 2, 3).unwrap();
        assert_eq!(to_json(&BoltType::from(at)), json!("2025-09-27T01:02:03"));
    }

    #[test]
    fn a_float_without_json_form_becomes_null() {
        assert_eq!(to_json(&BoltType::from(f64::NAN)), Value::Null);
    }
}
