// SPDX-License-Identifier: Apache-2.0

// Command load is the bench's two cheap ends: a provider that answers at once, and a client that reads streams.
//
//	load upstream ADDRESS
//	load streams [flags] ADDRESS...
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: load upstream ADDRESS | load streams [flags] ADDRESS...")
		os.Exit(2)
	}
	var err error
	switch os.Args[1] {
	case "upstream":
		err = serve(os.Args[2])
	case "streams":
		err = readStreams(os.Args[2:])
	default:
		err = fmt.Errorf("no such command: %s", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
