// SPDX-License-Identifier: Apache-2.0

package ringside

import (
	"context"
	"errors"

	"github.com/openai/openai-go/v3/option"
)

// GetOrCreate is the customer with this external id, created first if there is none. Two callers at once get the same
// customer; one that exists is returned as it is, the other fields unused.
func (r *CustomerService) GetOrCreate(
	ctx context.Context, body CustomerCreateParams, opts ...option.RequestOption,
) (*Customer, error) {
	address := "ext:" + body.ExternalID
	found, err := r.Retrieve(ctx, address, opts...)
	if !errors.Is(err, ErrObjectNotFound) && !errors.Is(err, ErrCustomerNotFound) {
		return found, err
	}
	created, err := r.Create(ctx, body, opts...)
	if errors.Is(err, ErrExternalIDTaken) { // somebody else was faster
		return r.Retrieve(ctx, address, opts...)
	}
	return created, err
}
