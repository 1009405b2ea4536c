// SPDX-License-Identifier: AGPL-3.0-or-later

export type Finding = { mark: 'ok' | 'note' | 'fault'; what: string; mend?: string }

export const ok = (what: string): Finding => ({ mark: 'ok', what })
export const note = (what: string, mend: string): Finding => ({ mark: 'note', what, mend })
export const fault = (what: string, mend: string): Finding => ({ mark: 'fault', what, mend })

/** Adds the code of the cause, because a failed fetch says only that it failed. */
export function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause as NodeJS.ErrnoException | undefined
  return cause?.code ? `${error.message}, ${cause.code}` : error.message
}

/** A check that fails is a finding too; the other checks still run. */
export async function looked(
  look: () => Finding | Finding[] | Promise<Finding | Finding[]>,
  mend: string,
): Promise<Finding[]> {
  try {
    return [await look()].flat()
  } catch (error) {
    return [fault(sentence(error), mend)]
  }
}
