//! All tests of the compiler and the reviewer in one program, so that the crate is linked once.

mod common;

mod architecture;
mod bring;
mod cases;
mod catalogue;
mod check;
mod cli;
mod command_line;
mod compose_file;
mod diff;
mod diff_hostile;
mod embed;
mod explain;
mod fleet;
mod folders;
mod formats;
mod golden;
mod hostile;
mod infrakt;
mod init;
mod inspect;
mod leaks;
mod lint;

mod own;
mod pages;
mod profiles;
mod program;
mod purity;
mod recording;
mod review;
mod robustness;
mod schema;
mod secrets;
mod shapes;
mod shell;
mod site_data;
mod terminal;
mod tried;
