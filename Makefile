# Everything a developer or user runs. `make` alone lists the targets.
SWIFT ?= swift
# Seconds a fuzz target runs, megabytes of the bench corpus, simulated cohorts and their seed:
# make fuzz TIME=600, make bench SIZE=1000, make simulate COHORTS=2000 SEED=2
TIME ?= 60
SIZE ?= 350
COHORTS ?= 600
SEED ?= 1
# Seconds of make soak.
SECONDS ?= 600
# Swift's own libraries go into the program: it starts faster, calls cost less, and it runs where there is no Swift.
# By lld, since gold warns of a function of these libraries that nothing here calls.
# In place of libcurl, which nothing here calls either, there is Sources/CNoHTTPClient.
RELEASE = --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -L$(CURDIR)/Sources/CNoHTTPClient/link
export SWIFT TIME SIZE

.PHONY: help setup build demo test simulate oracle bench soak fuzz record clean
.DEFAULT_GOAL := help

help:    ## list these targets
	@sed -n 's/^\([a-z]*\): *\([a-z]*\) *## \(.*\)/  make \1\t\3/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

setup:   ## install the system libraries that are missing (Debian packages, by root or sudo)
	@scripts/setup

build: setup ## build the command: .build/release/trafficscope
	$(SWIFT) build -c release --product trafficscope $(RELEASE)

demo: build ## compare three apps of the study in captures/ with 20 peers; writes pages to out/demo
	@scripts/demo

test: setup ## build and run every test (debug build, up to 15 minutes the first time)
	@scripts/test

simulate: setup ## measure the method's error rates against METHOD.md (COHORTS=2000 SEED=2 PARTS="verdicts beacons")
	$(SWIFT) build -c release --product simulate $(RELEASE)
	.build/release/simulate --cohorts $(COHORTS) --seed $(SEED) $(PARTS)

oracle: build ## compare flows and display filters with an installed tshark (about a minute)
	@scripts/tshark-test --binary .build/release/trafficscope

bench: build ## measure CPU time and memory against a floor and tcpdump (SIZE=1000: on 1 GB)
	@scripts/bench

soak: build ## ten minutes of live capture at load: losses, and memory that stays flat (needs root; SECONDS=600)
	@scripts/setup --lab
	@scripts/live-bench --soak $(SECONDS)

fuzz: setup ## run every libFuzzer target for TIME seconds (default 60)
	@scripts/fuzz

record: build ## record captures/ again in the lab (needs root; some 12 minutes; replaces the files there)
	@for script in captures/lab/record captures/lab/study/record; do \
		if [ "$$(id -u)" -eq 0 ]; then $$script; else sudo $$script; fi || exit 1; done
	@scripts/lab-truth-test --binary .build/release/trafficscope
	@scripts/study-truth-test --binary .build/release/trafficscope

clean:   ## remove everything that was built or written here
	rm -rf .build .build-* Fuzz/.build Fuzz/.build-* out bench-corpus
