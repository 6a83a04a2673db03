# Muster's commands. `make help` lists them.
.PHONY: help serve check test build install uninstall lint bench bench-cluster bench-sizes bench-growth bench-lists bench-searches bench-build bench-tls bench-watched bench-shape bench-console bench-factors bench-ldap bench-scim bench-micro attack cluster-test fuzz hostile sanitize findings deb image dist package-test clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

serve: ## Build Muster and serve ./muster-data on 127.0.0.1:8834
	@scripts/serve.sh

check: ## Lint, and run every Swift test: what one does between two edits
	@scripts/check.sh

test: ## Prove everything: lint, unit and store tests, examples, foreign clients, attacks
	@scripts/test.sh

build: ## Build the release binary, .build/release/muster
	@scripts/install.sh build
	@scripts/release.sh

install: ## Put what was built, manual pages and completions into PREFIX=/usr/local
	@scripts/install-program.sh install

uninstall: ## Take it away again
	@scripts/install-program.sh uninstall

lint: ## Check format, sizes, imports and the reading of texts
	@scripts/lint.sh

bench: ## Measure Muster beside OpenLDAP's slapd and nginx; writes docs/benchmarks.md
	@scripts/bench.sh side-by-side

bench-growth: ## Measure it with 10 thousand, 100 thousand and 1 million users
	@scripts/bench.sh growth

bench-lists: ## Measure every list and search at these sizes, and how steeply they grow
	@scripts/bench.sh lists

bench-searches: ## Measure searches with 1 million users beside slapd, and look-ups beside all that takes long
	@scripts/bench-searches.sh

bench-cluster: ## Measure a node on PostgreSQL beside SQLite alone and pgbench
	@scripts/bench.sh cluster

bench-sizes: ## Measure what a user, a change and a node cost there; writes docs/scaling.md
	@scripts/bench.sh sizes

bench-tls: ## Measure it over TLS 1.3, beside nginx
	@scripts/bench.sh encrypted

bench-watched: ## Measure what metrics and an access log cost
	@scripts/bench.sh watched

bench-shape: ## Measure where the time of a look-up goes
	@scripts/profile.sh

bench-factors: ## Measure logins with second factors, passkeys, and a crowd that guesses
	@scripts/bench-factors.sh

bench-console: ## Measure the console with 1 million users, and look-ups beside people who use it
	@scripts/bench-console.sh

bench-ldap: ## Measure LDAP beside OpenLDAP's slapd
	@scripts/bench-ldap.sh

bench-build: ## Measure a whole build beside that of BEFORE=, a commit
	@scripts/bench-build.sh

bench-scim: ## Measure SCIM beside the native API, scim2-server and Canaille
	@scripts/bench-scim.sh

bench-micro: ## Check that hot paths need no more instructions and allocations than they may
	@scripts/bench-micro.sh

attack: ## Attack the server's own guards, for two hours or MINUTES=
	@scripts/attack.sh

cluster-test: ## Let three servers and their PostgreSQL fail in every way, TIMES= in a row
	@scripts/cluster-test.sh

fuzz: ## Fuzz every reader of what comes from outside with libFuzzer, MINUTES= (1) each
	@scripts/fuzz.sh

hostile: ## Give readers of SCIM and LDAP a million hostile inputs each, or COUNT=
	@scripts/hostile.sh

sanitize: ## Run the Swift tests under Thread and Address Sanitizer, or TARGETS= of them
	@scripts/sanitize.sh

findings: ## See again what surprised about other programs; installs packages in temporary folders
	@scripts/findings.sh

deb: ## Make the Debian package, in .build/packages
	@scripts/deb.sh

image: ## Make the OCI image, in .build/packages
	@scripts/image.sh

dist: ## Make the tarball, the list of what is in it, and checksums, in .build/packages
	@scripts/dist.sh

package-test: ## Try package, image and tarball in a Debian of their own; needs root
	@scripts/package-test.sh

clean: ## Remove everything that was built
	rm -rf .build
