// SPDX-License-Identifier: AGPL-3.0-or-later
// What happens between the three running processes: they meet, publish, and read over, through their front doors.
import { affiliationsNow, moderationNow, submissionsNow } from '../../db/queries/demo.ts'
import type { Deps } from '../deps.ts'
import { openDeps } from '../open-deps.ts'
import { configOf } from './children.ts'
import type { Stage } from './run.ts'
import { visit, type Visitor } from './visitor.ts'

/** Looks into the database of a running instance, as the command line does. */
export async function look<T>(stage: Stage, index: number, see: (db: Deps['db']) => Promise<T>): Promise<T> {
  const { deps } = await openDeps(configOf(stage.places[index]!, stage.places, stage.post.smtpUrl))
  try {
    return await see(deps.db)
  } finally {
    await deps.db.destroy()
  }
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + 60_000
  while (!(await isTrue())) {
    if (Date.now() > limit) throw new Error(`the demonstration waited a minute in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}

function enter(stage: Stage, index: number, role: string): Promise<Visitor> {
  const { url, port } = stage.places[index]!
  const person = stage.instances[index]!.people.find(({ roles }) => roles.includes(role as never))!
  return visit(url, port, person.login, stage.password)
}

const associations = (stage: Stage) => stage.instances.map((_, index) => index).slice(1)

/** Each association asks to join the centre; the moderator says yes; both sides know. */
export async function meetCentre(stage: Stage): Promise<void> {
  for (const index of associations(stage)) {
    const administrator = await enter(stage, index, 'administrator')
    await administrator.post('/partners', { address: stage.places[0]!.url })
  }
  const requested = () => look(stage, 0, affiliationsNow)
  await until('the requests reach the centre', async () => (await requested()).length === associations(stage).length)
  const moderator = await enter(stage, 0, 'moderator')
  for (const { id } of await requested()) await moderator.send(`/partners/${id}`, `/partners/${id}/acceptance`, {})
  for (const index of associations(stage)) {
    await until(
      'the centre has said yes',
      async () => (await look(stage, index, affiliationsNow))[0]?.state === 'active',
    )
  }
}

export async function publishEarly(stage: Stage, offers: Record<string, Record<string, string>>): Promise<void> {
  for (const index of associations(stage)) {
    const { key, offers: written = [] } = stage.instances[index]!
    const coordinator = await enter(stage, index, 'coordinator')
    for (const offer of written.filter(({ when }) => when === 'early')) {
      const id = offers[key]![offer.key]!
      await coordinator.send(`/work/offers/${id}`, `/work/offers/${id}/publication`, {})
    }
  }
}

/** The moderator reads over what has arrived and decides as the month says; the associations hear of it. */
export async function readOver(stage: Stage, when: 'early' | 'late'): Promise<void> {
  const offers = stage.instances.flatMap((instance) => instance.offers ?? []).filter((offer) => offer.when === when)
  const itemOf = async (title: string) => (await look(stage, 0, moderationNow)).find((item) => item.title === title)
  const moderator = await enter(stage, 0, 'moderator')
  for (const offer of offers) {
    await until(`« ${offer.title} » reaches the centre`, async () => (await itemOf(offer.title)) !== undefined)
    if (!offer.decision) continue
    const { id } = (await itemOf(offer.title))!
    await moderator.send(`/moderation/${id}`, `/moderation/${id}/decision`, {
      decision: offer.decision,
      question: offer.note ?? '',
      reason: offer.reason ?? '',
      note: offer.note ?? '',
    })
  }
  const decided = offers.filter(({ decision }) => decision).length
  await until('the associations have heard the decisions', async () => {
    const all = await Promise.all(associations(stage).map((index) => look(stage, index, submissionsNow)))
    const answered = all.flat().filter(({ state }) => state !== 'sent').length
    return answered >= (when === 'early' ? decided : 1)
  })
}
