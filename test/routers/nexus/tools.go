//go:build tools

// Package tools only names the program that is built here, so that go.mod and go.sum pin it and all it needs.
package tools

import _ "github.com/gammazero/nexus/v3/nexusd"
