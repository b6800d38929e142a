//! The order of result columns. The driver hands rows out as maps, so the order that the user
//! wrote is taken from the query's last RETURN clause.

/// Sorts `names` as the query returns them; names it does not recognise follow alphabetically.
pub fn in_query_order(query: &str, mut names: Vec<String>) -> Vec<String> {
    let order = returned_names(query);
    let rank = |name: &str| {
        order
            .iter()
            .position(|known| known == name)
            .unwrap_or(usize::MAX)
    };
    names.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)));
    names
}

fn returned_names(query: &str) -> Vec<String> {
    let Some(clause) = after_last_keyword(query, "RETURN") else {
        return Vec::new();
    };
    let clause = strip_prefix_keyword(clause.trim(), "DISTINCT");
    split_top_level(clause)
        .into_iter()
        .map(column_name)
        .collect()
}

fn column_name(item: &str) -> String {
    let item = ["ORDER", "SKIP", "OFFSET", "LIMIT", "UNION"]
        .iter()
        .filter_map(|keyword| find_keyword(item, keyword))
        .min()
        .map_or(item, |end| &item[..end]);
    let name = after_last_keyword(item, "AS").unwrap_or(item);
    name.trim()
        .trim_end_matches(';')
        .trim()
        .trim_matches('`')
        .to_owned()
}

fn after_last_keyword<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let mut rest = text;
    let mut found = None;
    while let Some(start) = find_keyword(rest, keyword) {
        rest = &rest[start + keyword.len()..];
        found = Some(rest);
    }
    found
}

fn strip_prefix_keyword<'a>(text: &'a str, keyword: &str) -> &'a str {
    match find_keyword(text, keyword) {
        Some(0) => &text[keyword.len()..],
        _ => text,
    }
}

fn find_keyword(text: &str, keyword: &str) -> Option<usize> {
    let upper = text.to_ascii_uppercase();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    upper.match_indices(keyword).map(|(at, _)| at).find(|&at| {
        let before = upper[..at].chars().next_back();
        let after = upper[at + keyword.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

fn split_top_level(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start, mut quote) = (0_i32, 0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(query: &str, names: &[&str]) -> Vec<String> {
        in_query_order(query, names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn follows_the_return_clause() {
        let query =
            "MATCH (n) RETURN DISTINCT n.name, coalesce(n.a, n.b) AS z, n ORDER BY n.name LIMIT 5";
        assert_eq!(order(query, &["n", "z", "n.name"]), ["n.name", "z", "n"]);
    }

    #[test]
    fn knows_quotes_and_backticks() {
        let query = "return 'a, b' as `two words`, [1, 2] AS list, 1 as asset;";
        assert_eq!(
            order(query, &["list", "asset", "two words"]),
            ["two words", "list", "asset"]
        );
    }

    #[test]
    fn falls_back_to_the_alphabet() {
        assert_eq!(order("CALL db.labels()", &["b", "a"]), ["a", "b"]);
    }
}
