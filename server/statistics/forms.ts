// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { PERIODS } from './rules.ts'

/** Values that are not valid count as the default. */
export const askedForm = z.object({
  period: z.enum(PERIODS).catch('days'),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
})
