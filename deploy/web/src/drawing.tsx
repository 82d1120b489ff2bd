// Pictures of the report's own drawing code on a page, in the colours of its theme.

import { useEffect, useState } from 'preact/hooks';
import { inlineSvg, type Picture } from '../../report/svg.js';

/** Below this the pictures are drawn narrow, so that their letters can be read. Units: pixels. */
const NARROW = '(max-width: 740px)';

/** Widths of a picture's own grid. */
const WIDTHS = { whole: 1160, half: 560, narrow: 400 } as const;

/** A width for pictures: all of a page, half of it, or a phone's; follows the window. */
export function useDrawingWidth(share: 'whole' | 'half'): number {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const listener = (): void => setNarrow(query.matches);
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  }, []);
  return isNarrow ? WIDTHS.narrow : WIDTHS[share];
}

/** Shows a picture; `point` is told the share of its width that a pointer is at, or its leaving. */
export function Drawing(props: { picture: Picture; point?: (share: number | undefined) => void }) {
  const { picture, point } = props;
  return (
    <div
      class="drawing"
      onPointerMove={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        point?.((event.clientX - left) / width);
      }}
      onPointerLeave={() => point?.(undefined)}
      // Our drawing code escapes every text.
      dangerouslySetInnerHTML={{ __html: inlineSvg(picture) }}
    />
  );
}
