//! The compiler as its users see it: documents in, diagnostics and tokens out.

mod asyncapi;
mod bodies;
mod components;
mod constraints;
mod contracts;
mod criteria;
mod descriptions;
mod expressions;
mod flow;
mod inputs;
mod names;
mod nested;
mod official;
mod parameters;
mod readings;
mod recovery;
mod references;
mod robustness;
mod selectors;
mod shapes;
mod specification;
mod support;
mod swagger;
mod types;
mod values;
mod workflows;
