// SPDX-License-Identifier: Apache-2.0

package ringside

// ErrorValues are the Err… values, each once, for tests of all of them.
func ErrorValues() (values []error) {
	seen := map[*codeError]bool{}
	for _, value := range sentinels {
		if !seen[value] {
			seen[value] = true
			values = append(values, value)
		}
	}
	return values
}
