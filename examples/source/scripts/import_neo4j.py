#!/usr/bin/env python3
"""Loads a JSON file of nodes and edges into Neo4j; running it again changes nothing.

Settings come from the environment, else from .env in the working directory, so that the password
needs no place on the command line. Names of labels and types come from the file: quote() keeps
them names.
"""

import argparse
import json
import os
from pathlib import Path

from neo4j import GraphDatabase

DEFAULT_FILE = Path(__file__).resolve().parent.parent / "data/neo4j/neo4j_non_codebase_backup.json"


def quote(name):
    return "`" + str(name).replace("`", "``") + "`"


def read_dotenv(path=Path(".env")):
    settings = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            key, found, value = line.partition("=")
            if found and not key.lstrip().startswith("#"):
                # As the services do: the first line that sets a name wins, comments are cut off.
                value = value.split(" #", 1)[0].strip().strip("\"'")
                settings.setdefault(key.strip().removeprefix("export "), value)
    return settings


def merge_node(tx, node):
    labels = "".join(f":{quote(label)}" for label in [*node.get("labels", []), "Imported"])
    properties = {**node.get("properties", {}), "GUID": node["GUID"]}
    tx.run(
        f"MERGE (n:Imported {{GUID: $guid}}) SET n += $properties SET n{labels}",
        guid=node["GUID"],
        properties=properties,
    ).consume()


def merge_edge(tx, edge):
    ends = {"fromGUID": edge["fromGUID"], "toGUID": edge["toGUID"]}
    properties = {**edge.get("properties", {}), **ends, "GUID": edge["GUID"]}
    record = tx.run(
        "MATCH (a:Imported {GUID: $start}), (b:Imported {GUID: $end}) "
        f"MERGE (a)-[r:{quote(edge['type'])} {{GUID: $guid}}]->(b) SET r += $properties "
        "RETURN count(r) AS merged",
        start=edge["fromGUID"],
        end=edge["toGUID"],
        guid=edge["GUID"],
        properties=properties,
    ).single()
    if not record["merged"]:
        raise ValueError(f"edge {edge['GUID']} names a node that is not there")


def parse_arguments(settings):
    def setting(*names, default=None):
        return next((settings[name] for name in names if settings.get(name)), default)

    parser = argparse.ArgumentParser(description="Load nodes and edges from JSON into Neo4j")
    parser.add_argument("json_path", type=Path, nargs="?", default=DEFAULT_FILE)
    parser.add_argument("--uri", default=setting("NEO4J_URI", default="bolt://localhost:7687"))
    parser.add_argument("--user", default=setting("NEO4J_USERNAME", "NEO4J_USER", default="neo4j"))
    parser.add_argument("--database", default=setting("NEO4J_DATABASE", default="neo4j"))
    parser.add_argument("--dry-run", action="store_true", help="read the file, write nothing")
    arguments = parser.parse_args()
    arguments.password = setting("NEO4J_PASSWORD")
    if not arguments.password and not arguments.dry_run:
        parser.error("NEO4J_PASSWORD is set neither in the environment nor in ./.env")
    return arguments


def main():
    arguments = parse_arguments({**read_dotenv(), **os.environ})
    graph = json.loads(arguments.json_path.read_text(encoding="utf-8"))
    nodes, edges = graph.get("nodes", []), graph.get("edges", [])
    summary = f"{len(nodes)} nodes and {len(edges)} edges"
    if arguments.dry_run:
        print(f"{summary} in {arguments.json_path}")
        return

    login = (arguments.user, arguments.password)
    with GraphDatabase.driver(arguments.uri, auth=login) as driver:
        with driver.session(database=arguments.database) as session:
            session.run(
                "CREATE CONSTRAINT imported_guid IF NOT EXISTS "
                "FOR (n:Imported) REQUIRE n.GUID IS UNIQUE"
            ).consume()
            for node in nodes:
                session.execute_write(merge_node, node)
            for edge in edges:
                session.execute_write(merge_edge, edge)
    print(f"{summary} are in {arguments.database}")


if __name__ == "__main__":
    main()
