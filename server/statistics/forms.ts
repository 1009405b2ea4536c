// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { PERIODS } from './rules.ts'

/** What the address of a page of figures asks for; what makes no sense is the usual choice. */
export const askedForm = z.object({
  period: z.enum(PERIODS).catch('days'),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
})
