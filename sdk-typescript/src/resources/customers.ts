// SPDX-License-Identifier: Apache-2.0
import type { RequestOptions } from '../calls';
import { isRingsideError } from '../errors';
import { CustomersResource } from '../generated/resources/customers';
import type { Customer, CustomerCreateParams } from '../generated/types';

/** `client.customers`, with what takes more than one call. */
export class Customers extends CustomersResource {
  /**
   * The customer with this external id, created first if there is none. Two callers at once get the same customer;
   * one that exists is returned as it is, the other fields of `params` unused.
   * @since 0.1.0
   */
  async getOrCreate(params: CustomerCreateParams, options?: RequestOptions): Promise<Customer> {
    const id = `ext:${params.external_id}`;
    try {
      return await this.retrieve(id, options);
    } catch (error) {
      if (!isRingsideError(error, 'not_found')) throw error;
    }
    try {
      return await this.create(params, options);
    } catch (error) {
      // Somebody else was faster.
      if (!isRingsideError(error, 'external_id_taken')) throw error;
      return await this.retrieve(id, options);
    }
  }
}
