// SPDX-License-Identifier: AGPL-3.0-or-later
// Mobilizon and others ask to take part in an event. One applies at our own form, so the wish is answered with Ignore
// (FEP-8a8e), and nothing of it is kept: it is about a person.
import { isPassing } from '../actors.ts'
import { idOf } from '../origins.ts'
import { openPublisher } from '../publisher.ts'
import * as activities from '../translate/activities.ts'
import { ignore, NotNow, type Handler } from './handler.ts'

export const receiveJoin: Handler = async (parts, { id, actor, document }) => {
  const home = `${parts.deps.config.publicUrl}/offers/`
  if (!idOf(document['object'])?.startsWith(home)) return ignore('unknown_object')
  const found = await parts.actors.get(actor)
  if (!found.ok && isPassing(found.reason)) throw new NotNow(found.reason)
  if (!found.ok) return ignore(found.reason)
  return async (tx) => {
    const publisher = await openPublisher(parts, tx)
    await publisher?.send(activities.ignore(publisher.head(), id, actor), actor)
    return { ignored: 'applied_for_at_the_form' }
  }
}
