// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { code, tick } from '../web/fields.ts'

export const choicesForm = z.object({
  twins: tick,
  newcomers: code(['add', 'leave'], 'error.field.unclear').catch('add'),
})
