// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { languageOf, textsFor } from '../../config/node/texts.js'
import { DATABASE_FILE } from '../../db/open.ts'
import { DAY } from '../base/clock.ts'
import { createI18n } from '../text/i18n.ts'
import { refuseIfRunning } from '../cli/backup.ts'
import { configOf, domainOf, environmentOf, refuseTaken, startChild, type Child, type Place } from './children.ts'
import { fillApplications, fillBasics, fillChanges, fillEnds, offline, writeOffers } from './fill.ts'
import { fillHours } from './hours.ts'
import { fillTeams } from './teams.ts'
import { readMark, refuseLoss, writeMark } from './mark.ts'
import { readMonth, type DemoInstance } from './month.ts'
import { meetCentre, publishEarly, readOver } from './online.ts'
import { startMailCatcher, type MailCatcher } from './mail-catcher.ts'
import { fillVisits } from './visits.ts'

const say = textsFor(process.env)

function optionsOf(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '3000' },
      data: { type: 'string', default: 'data/demo' },
      empty: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_532) throw new Error(say('cli.demo.port'))
  return { ...values, port, data: resolve(values.data) }
}

type Options = ReturnType<typeof optionsOf>
export type Demo = {
  options: Options
  mailCatcher: MailCatcher
  places: Place[]
  instances: DemoInstance[]
  password: string
}

async function main(options: Options): Promise<void> {
  const month = readMonth()
  const instances = [month.centre, ...month.associations]
  const places = instances.map(({ key }, index) => {
    const port = options.port + index
    const replies = join(options.data, 'replies', key)
    return { key, port, url: `http://localhost:${port}`, dataDir: join(options.data, key), replies }
  })
  // Before anything else: another demonstration may use these ports, and its data must stay.
  for (let port = options.port; port <= options.port + 3; port++) await refuseTaken(port)
  if (options.reset) {
    for (const { dataDir } of places)
      refuseIfRunning(join(dataDir, DATABASE_FILE), createI18n().for(languageOf(process.env) ?? 'fr'))
    rmSync(options.data, { recursive: true, force: true })
  }
  for (const { replies } of places) mkdirSync(replies, { recursive: true })
  const mailCatcher = await startMailCatcher()
  const children: Child[] = []
  const stop = stopper(children, mailCatcher)
  try {
    const mail = await mailCatcher.showOn(options.port + 3, repliesOf(places))
    const demo: Demo = { options, mailCatcher, places, instances, password: month.password }
    await fillOnce(demo, children)
    if (children.length === 0) children.push(...(await startAll(demo)))
    announce(demo, mail)
  } catch (error) {
    await stop()
    throw error
  }
}

const repliesOf = (places: readonly Place[]) => (address: string) =>
  places.find((place) => address.includes('+') && address.endsWith(`@${domainOf(place)}`))?.replies

function stopper(children: Child[], mailCatcher: MailCatcher): () => Promise<void> {
  let stopping: Promise<void> | undefined
  const stop = () =>
    (stopping ??= (async () => {
      await Promise.all(children.map((child) => child.stop()))
      await mailCatcher.stop()
    })())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop().then(() => process.exit(0)))
  }
  return stop
}

async function startAll(demo: Demo, now?: string): Promise<Child[]> {
  const { places, mailCatcher } = demo
  const starts = places.map((place) => startChild(place, environmentOf(place, places, mailCatcher.smtpUrl, now)))
  const started = await Promise.allSettled(starts)
  const failed = started.find((one) => one.status === 'rejected')
  if (!failed) return started.map((one) => (one as PromiseFulfilledResult<Child>).value)
  await Promise.all(started.map((one) => one.status === 'fulfilled' && one.value.stop()))
  throw failed.reason
}

/** A filling that was interrupted starts again from nothing. */
async function fillOnce(demo: Demo, children: Child[]): Promise<void> {
  const { options, places, instances, mailCatcher } = demo
  const mark = join(options.data, 'filled.json')
  const made = readMark(mark)
  if (made && made.port !== options.port) {
    throw new Error(say('cli.demo.again', { port: `${made.port}` }))
  }
  if (made && made.empty === options.empty) return
  if (made) {
    await refuseLoss(demo, made)
    print(say('cli.demo.anew'))
  }
  for (const { dataDir } of places) rmSync(dataDir, { recursive: true, force: true })
  rmSync(mark, { force: true })
  print(say(options.empty ? 'cli.demo.empty' : 'cli.demo.month'))
  const offers: Record<string, Record<string, string>> = {}
  for (const [index, instance] of instances.entries()) {
    await offline(configOf(places[index]!, places, mailCatcher.smtpUrl), instance, async (setting) => {
      await fillBasics(setting, demo.password)
      if (!options.empty && instance.offers) offers[instance.key] = await writeOffers(setting)
    })
  }
  if (!options.empty) await liveTheMonth(demo, children, offers)
  await writeMark(mark, demo)
}

async function liveTheMonth(
  demo: Demo,
  children: Child[],
  offers: Record<string, Record<string, string>>,
): Promise<void> {
  const { places, instances, mailCatcher } = demo
  children.push(...(await startAll(demo, new Date(Date.now() - 28 * DAY).toISOString())))
  await meetCentre(demo)
  await publishEarly(demo, offers)
  await readOver(demo, 'early')
  await Promise.all(children.splice(0).map((child) => child.stop()))
  for (const [index, instance] of instances.entries()) {
    await offline(configOf(places[index]!, places, mailCatcher.smtpUrl), instance, async (setting) => {
      if (instance.offers) {
        await fillApplications(setting, offers[instance.key]!)
        await fillHours(setting, offers[instance.key]!)
        await fillTeams(setting)
        await fillChanges(setting, offers[instance.key]!)
      }
      await fillVisits(setting, offers[instance.key] ?? {})
      if (instance.offers) await fillEnds(setting, offers[instance.key]!)
    })
  }
  children.push(...(await startAll(demo)))
  await readOver(demo, 'late')
}

const print = (line: string) => console.error(`mainforte: ${line}`)

function announce(demo: Demo, mail: string): void {
  const { places, instances, password } = demo
  const accountsOf = ({ people }: DemoInstance) =>
    people.map((person) => ({ role: person.roles[0]!, login: person.login, password }))
  const lines = instances.flatMap((instance, index) => [
    '',
    `${instance.name}  ${places[index]!.url}`,
    ...accountsOf(instance).map(({ role, login }) => `  ${role.padEnd(14)} ${login}`),
  ])
  console.log(
    [
      ...lines,
      '',
      say('cli.demo.password', { password }),
      say('cli.demo.mails', { url: mail }),
      say('cli.demo.stop'),
      '',
    ].join('\n'),
  )
  const [centre, ...associations] = instances.map((instance, index) => ({
    url: places[index]!.url,
    accounts: accountsOf(instance),
  }))
  console.log(`demo ready ${JSON.stringify({ centre, associations, mail })}`)
}

try {
  const options = optionsOf(process.argv.slice(2))
  if (options.help) console.log(say('cli.demo.help'))
  else await main(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
