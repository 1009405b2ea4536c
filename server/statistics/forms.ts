// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { wholeNumber } from '../web/paging.ts'
import { PERIODS } from './rules.ts'

/** Values that are not valid count as the default. */
export const askedForm = z.object({
  period: z.enum(PERIODS).catch('days'),
  page: z
    .unknown()
    .optional()
    .transform((asked) => wholeNumber(asked, 1, Infinity) ?? 1),
})
