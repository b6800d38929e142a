//! Reads settings from the environment and reports every problem at once, so that a wrong `.env`
//! takes one restart to fix and not one per variable.

use std::{fmt::Display, str::FromStr};

type Lookup = Box<dyn Fn(&str) -> Option<String>>;

pub struct Env {
    lookup: Lookup,
    missing: Vec<String>,
    invalid: Vec<String>,
}

impl Env {
    pub fn process() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String> + 'static) -> Self {
        Self {
            lookup: Box::new(lookup),
            missing: Vec::new(),
            invalid: Vec::new(),
        }
    }

    /// An empty value counts as unset: `NAME=` is how a template says "fill me in".
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }

    pub fn or(&self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    pub fn required(&mut self, name: &str) -> String {
        self.required_any(&[name])
    }

    /// The first of several names that is set; used where two generations of `.env` differ.
    pub fn required_any(&mut self, names: &[&str]) -> String {
        match names.iter().find_map(|name| self.optional(name)) {
            Some(value) => value,
            None => {
                self.missing.push(names.join(" or "));
                String::new()
            }
        }
    }

    pub fn parsed_or<T>(&mut self, name: &str, default: T) -> T
    where
        T: FromStr,
        T::Err: Display,
    {
        let Some(text) = self.optional(name) else {
            return default;
        };
        text.trim().parse().unwrap_or_else(|error| {
            self.invalid.push(format!("{name} ({error})"));
            default
        })
    }

    /// Only `true` and `false` are booleans; anything else would silently mean "off".
    pub fn flag_or(&mut self, name: &str, default: bool) -> bool {
        self.parsed_or(name, default)
    }

    pub fn required_flag(&mut self, name: &str) -> bool {
        if self.optional(name).is_none() {
            self.missing.push(name.to_owned());
        }
        self.flag_or(name, false)
    }

    pub fn finish(self) -> anyhow::Result<()> {
        let mut problems = Vec::new();
        if !self.missing.is_empty() {
            problems.push(format!("missing: {}", self.missing.join(", ")));
        }
        if !self.invalid.is_empty() {
            problems.push(format!("invalid: {}", self.invalid.join(", ")));
        }
        anyhow::ensure!(
            problems.is_empty(),
            "settings incomplete, {} (set them in .env or in the environment)",
            problems.join("; ")
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&'static str, &'static str)]) -> Env {
        Env::from_lookup(move |name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn reports_every_problem_in_one_message() {
        let mut env = env(&[("EMPTY", " "), ("PORT", "x1"), ("FLAG", "yes")]);
        env.required("EMPTY");
        env.required_any(&["NEO4J_USERNAME", "NEO4J_USER"]);
        assert_eq!(env.parsed_or("PORT", 8080_u16), 8080);
        env.required_flag("FLAG");
        let message = env.finish().unwrap_err().to_string();
        assert!(message.contains("missing: EMPTY, NEO4J_USERNAME or NEO4J_USER;"));
        assert!(message.contains("invalid: PORT (invalid digit found in string), FLAG"));
    }

    #[test]
    fn never_repeats_a_value() {
        let mut env = env(&[("PORT", "hunter2")]);
        env.parsed_or("PORT", 1_u16);
        assert!(!env.finish().unwrap_err().to_string().contains("hunter2"));
    }

    #[test]
    fn accepts_either_name_and_defaults() {
        let mut env = env(&[("NEO4J_USER", "neo4j"), ("ENABLE_HTTPS", "true")]);
        assert_eq!(env.required_any(&["NEO4J_USERNAME", "NEO4J_USER"]), "neo4j");
        assert!(env.flag_or("ENABLE_HTTPS", false));
        assert_eq!(env.or("BIND_ADDRESS", "0.0.0.0"), "0.0.0.0");
        env.finish().unwrap();
    }
}
