// Where the replay is and how fast it goes, and what to say when the server does not answer.

import { connected, lastHeardMs, retryNow, useTopic } from './live.js';
import { count, Derived, day, number } from './parts.jsx';

/** State, session, pace and rate; a line below the header shows how far the replay is. */
export function Status() {
  const { value } = useTopic('feed');
  const state = String(value['state'] ?? '');
  const dayCount = number(value['dayCount']);
  const dayIndex = number(value['dayIndex']);
  const done = Math.max(0, dayIndex - 1) + number(value['sessionFraction']);
  const share = state === 'finished' ? 1 : done / Math.max(1, dayCount);
  const isOn = connected();
  return (
    <>
      <div class="status" role="status" aria-live="off">
        <span>
          <i class={isOn ? 'dot on' : 'dot'} /> <b>{isOn ? state || 'connecting' : 'offline'}</b>
        </span>
        {dayCount === 0 ? null : (
          <>
            <b>{day(value['date'])}</b>
            <span>
              day {dayIndex} of {dayCount}
            </span>
            {state === 'streaming' ? (
              <>
                <span>{paceText(value['pace'])}</span>
                <span class="low rate">
                  {count(Math.round(number(value['ticksPerSecond'])))} ticks/s
                </span>
              </>
            ) : null}
            <Derived />
          </>
        )}
      </div>
      <div
        class="replay"
        role="progressbar"
        aria-label="replay"
        aria-valuenow={Math.round(share * 100)}
        style={{ transform: `scaleX(${share})` }}
      />
    </>
  );
}

function paceText(pace: unknown): string {
  return String(pace ?? '').replace(/session(s?) a second/, 'day$1/s');
}

/** Says that what is shown has grown old, while there is no connection. */
export function Banner() {
  useTopic('feed');
  const heardMs = lastHeardMs();
  if (connected() || heardMs === 0) return null;
  return (
    <div class="banner" role="alert">
      <span>
        No connection to the server. What you see is of{' '}
        {new Date(heardMs).toLocaleTimeString([], { timeZoneName: 'short' })}. Trying again …
      </span>
      <button type="button" onClick={retryNow}>
        Try now
      </button>
    </div>
  );
}
