# The daily commands. CI runs `make test` and `make test-root`.
.PHONY: build test test-root test-all wasm others book host-side golden lint fmt bench consumers dist dist-check dist-test \
	boot boot-speed boot-list boot-recording

build:
	cargo build --release

# The tests of the compiler, of the reviewer, and of the program on the server. An ordinary user can run them.
test:
	cargo test --quiet
	tests/host_side/run

# Every golden case with the programs that read it (needs root: debootstrap and chroot).
test-root:
	tests/consumers/check
	tests/consumers/check --self-test golden/infrakt-defaults

# And what takes longer: the tests of the host side by each Python that Debian has for servers (needs a network).
test-all: test test-root
	tests/host_side/pythons

# Whether the library compiles for WebAssembly.
wasm:
	tests/targets/check page

# Whether the program compiles for macOS and Windows.
others:
	tests/targets/check others

# The pages in docs/ as a site in target/book, its links looked up. The first time, it compiles mdBook for some minutes.
book:
	tests/book/run

# The tests of the host side (profiles/_host), without a virtual machine.
host-side:
	tests/host_side/run

# Only the programs that read our output.
consumers:
	tests/consumers/check

# Everything that is released, of the last commit, into target/dist. TARGETS="x86_64-unknown-linux-gnu" makes that alone.
dist:
	packaging/build $(TARGETS)

# Whether two builds in two folders give the same bytes.
dist-check:
	packaging/check $(TARGETS)

# Whether each file of target/dist can be installed in a clean Debian (needs root, debootstrap, lintian and a network).
dist-test:
	packaging/test

# First boots in a virtual machine (needs root; see tests/boot/README.md): all scenarios, or SCENARIO=NAME.
boot:
	tests/boot/run $(BOOT_OPTIONS) $(or $(SCENARIO),all)

# The time from power-on to HTTPS, of our document and of infrakt's own setup script.
boot-speed:
	tests/boot/run speed

# A picture of the last boot that first-boot/token-there saw, docs/boot-recording.svg.
boot-recording:
	tests/boot/recording.py

boot-list:
	@tests/boot/run list

# Writes every expected output again, the documents first because others depend on them. Look at `git diff` afterwards.
golden:
	tests/host_side/strip.py --write
	rm -rf golden/runtime
	-UPDATE_GOLDEN=1 cargo test --quiet --test it golden:: >/dev/null
	UPDATE_GOLDEN=1 INSTA_UPDATE=always cargo test --quiet --test it -- golden:: cases:: released:: site_data:: compose_file:: review:: diff:: explain:: cli:: check::

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
