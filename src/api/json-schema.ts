import { z } from 'zod';
import type { JsonSchema } from './contract/contract.ts';

/**
 * The JSON Schema of what callers send, or of what they get.
 *
 * Zod says more than is promised: that an answer has no other fields (it may gain some), that an open
 * enumeration is closed, and that an integer fits into a double.
 */
export function jsonSchemaOf(schema: z.ZodType, direction: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: direction,
    override({ jsonSchema }) {
      delete jsonSchema.additionalProperties;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema['open'] === true) {
        delete jsonSchema['open'];
        jsonSchema['x-extensible-enum'] = jsonSchema.enum;
        delete jsonSchema.enum;
      }
    },
  });
  return json;
}
