# The daily commands. `make test` is what CI runs.
.PHONY: build test wasm host-side golden lint fmt bench consumers boot boot-speed boot-list

build:
	cargo build --release

# All tests: ours, then every golden case before its real consumers (needs root: debootstrap and chroot).
test:
	cargo test --quiet
	tests/host_side/run
	tests/consumers/check
	tests/consumers/check --self-test golden/infrakt-defaults

# Whether the core compiles for a web page.
wasm:
	tests/wasm/check

# The host side to come, without a machine.
host-side:
	tests/host_side/run

# The real consumers alone.
consumers:
	tests/consumers/check

# First boots in a virtual machine (needs root; see tests/boot/README.md): all, or SCENARIO=NAME.
boot:
	tests/boot/run $(BOOT_OPTIONS) $(or $(SCENARIO),all)

# Power-on to HTTPS, ours and the plan's script in turn.
boot-speed:
	tests/boot/run speed

boot-list:
	@tests/boot/run list

# Writes every expected output anew, the documents first, since others are made of them; look at `git diff` afterwards.
golden:
	-UPDATE_GOLDEN=1 cargo test --quiet --test it golden:: >/dev/null
	UPDATE_GOLDEN=1 INSTA_UPDATE=always cargo test --quiet --test it -- golden:: compose_file:: inspect:: lint:: review:: diff:: explain:: cli:: check::

lint:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo clippy --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps

fmt:
	cargo fmt

# Milliseconds of one render, process start included.
bench: build
	@bash -c 'time (for i in $$(seq 100); do target/release/firstlight render --domain infrakt.example.com >/dev/null 2>&1; done)' 2>&1 \
		| awk '/real/ { split($$2, t, /[ms]/); printf "%.1f ms a render (100 runs)\n", (t[1] * 60 + t[2]) * 10 }'
