// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { code, text } from '../web/fields.ts'
import { TRUST_LEVELS } from './rules.ts'

export const askForm = z.object({ address: text(300, 'partners.ask.address_missing') })

export const followForm = z.object({ address: text(300, 'partners.follow.address_missing') })

/** 1000 characters: the same as what is taken of a reason that reaches us. */
export const refusalForm = z.object({ reason: text(1000, 'partners.refuse.reason_missing') })

export const trustForm = z.object({ trust: code(TRUST_LEVELS, 'partners.trust.missing') })
