// SPDX-License-Identifier: AGPL-3.0-or-later
import { readConfig } from '../config/env.ts'
import { createInstance } from './create-instance.ts'
import { announceSetUp } from './accounts/first-start.ts'
import { sayIn, speaks } from './cli/language.ts'

const reading = readConfig(process.env, (key, values) => sayIn(speaks(process.env))(key, values))
if (!reading.ok) {
  for (const fault of reading.faults) console.error(fault)
  process.exit(1)
}
for (const warning of reading.warnings) console.error(warning)

try {
  const instance = await createInstance(reading.config)
  const { log } = instance.deps
  let stopping = false
  let close = () => instance.stop()
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    log.info('stopping', { signal })
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('SIGHUP', () => stop('SIGHUP'))
  // Only when another program started this one over a channel (the demonstration).
  process.on('disconnect', () => stop('disconnect'))
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error: String(error) }))
  const { publicUrl: url, webProcesses } = reading.config
  if (webProcesses > 1) {
    const { startReaders } = await import('./web-processes/start.ts')
    close = (await startReaders(instance, webProcesses - 1)).stop
  } else await instance.listen()
  log.info('ready', { url, ms: Math.round(performance.now()) })
  await announceSetUp(instance.deps)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
