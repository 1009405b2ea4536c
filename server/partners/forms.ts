// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { code, lines, optionalLines, text, tick } from '../web/fields.ts'
import { TRUST_LEVELS } from '../model/relation.ts'

export const askForm = z.object({ address: text(300, 'partners.ask.address_missing'), anyway: tick })

export const followForm = z.object({ address: text(300, 'partners.follow.address_missing') })

/** Characters; the same limit as for a reason that we receive. */
const WORDS = 1000

export const refusalForm = z.object({ reason: lines(WORDS, 'partners.refuse.reason_missing') })

export const pauseForm = z.object({ reason: lines(WORDS, 'partners.pause.reason_missing') })

export const endForm = z.object({ reason: optionalLines(WORDS) })

export const trustForm = z.object({ trust: code(TRUST_LEVELS, 'partners.trust.missing') })
