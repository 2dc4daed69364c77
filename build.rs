//! Makes cargo notice new and removed files below `profiles/`, which `include_dir!` embeds.
fn main() {
    println!("cargo:rerun-if-changed=profiles");
}
