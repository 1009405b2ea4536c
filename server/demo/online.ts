// SPDX-License-Identifier: AGPL-3.0-or-later
import { affiliationsNow, moderationNow, submissionsNow } from '../../db/queries/demo.ts'
import type { Deps } from '../deps.ts'
import { openDeps } from '../open-deps.ts'
import { configOf } from './children.ts'
import type { Demo } from './run.ts'
import { visit, type Visitor } from './visitor.ts'

export async function readFrom<T>(demo: Demo, index: number, see: (db: Deps['db']) => Promise<T>): Promise<T> {
  const { deps } = await openDeps(configOf(demo.places[index]!, demo.places, demo.mailCatcher.smtpUrl))
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

function signInAs(demo: Demo, index: number, role: string): Promise<Visitor> {
  const { url, port } = demo.places[index]!
  const person = demo.instances[index]!.people.find(({ roles }) => roles.includes(role as never))!
  return visit(url, port, person.login, demo.password)
}

const associations = (demo: Demo) => demo.instances.map((_, index) => index).slice(1)

export async function meetCentre(demo: Demo): Promise<void> {
  for (const index of associations(demo)) {
    const administrator = await signInAs(demo, index, 'administrator')
    await administrator.post('/partners', { address: demo.places[0]!.url })
  }
  const requested = () => readFrom(demo, 0, affiliationsNow)
  await until('the requests reach the centre', async () => (await requested()).length === associations(demo).length)
  const moderator = await signInAs(demo, 0, 'moderator')
  for (const { id } of await requested()) await moderator.send(`/partners/${id}`, `/partners/${id}/acceptance`, {})
  for (const index of associations(demo)) {
    await until(
      'the centre has said yes',
      async () => (await readFrom(demo, index, affiliationsNow))[0]?.state === 'active',
    )
  }
}

export async function publishEarly(demo: Demo, offers: Record<string, Record<string, string>>): Promise<void> {
  for (const index of associations(demo)) {
    const { key, offers: written = [] } = demo.instances[index]!
    const coordinator = await signInAs(demo, index, 'coordinator')
    for (const offer of written.filter(({ when }) => when === 'early')) {
      const id = offers[key]![offer.key]!
      // Without a choice of centres, their territories decide.
      await coordinator.send(`/work/offers/${id}`, `/work/offers/${id}/publication`, { chosen: '' })
    }
  }
}

/** Decides as month.json says, and waits until the decisions reach the associations. */
export async function readOver(demo: Demo, when: 'early' | 'late'): Promise<void> {
  const offers = demo.instances.flatMap((instance) => instance.offers ?? []).filter((offer) => offer.when === when)
  const itemOf = async (title: string) => (await readFrom(demo, 0, moderationNow)).find((item) => item.title === title)
  const moderator = await signInAs(demo, 0, 'moderator')
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
  await until('the decisions reach the associations', async () => {
    const all = await Promise.all(associations(demo).map((index) => readFrom(demo, index, submissionsNow)))
    const answered = all.flat().filter(({ state }) => state !== 'sent').length
    return answered >= (when === 'early' ? decided : 1)
  })
}
