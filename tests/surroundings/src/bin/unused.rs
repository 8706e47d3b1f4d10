//! A program that uses almost nothing of what the macro makes: no lint may ask it to use more.

#![deny(warnings)]

my_arazzo::arazzo_workflow!("documents/names.yml");

fn main() {
    println!("{:?}", _2nd_try::End::Try);
}
