# Muster's commands. `make help` lists them.
.PHONY: help serve test build lint bench clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

serve: ## Build Muster and serve ./muster-data on 127.0.0.1:8834
	@scripts/serve.sh

test: ## Prove everything: lint, unit and store tests, foreign clients
	@scripts/test.sh

build: ## Build the release binary, .build/release/muster
	@scripts/install.sh build
	swift build --configuration release --product muster

lint: ## Check format, sizes and imports
	@scripts/lint.sh

bench: ## Measure Muster beside nginx and OpenLDAP on this machine
	@scripts/bench.sh

clean: ## Remove everything that was built
	rm -rf .build
