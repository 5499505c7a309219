import { useEffect, useEffectEvent, useState } from 'react';

/** Folders dropped anywhere on the window. Answers whether something droppable hovers over it. */
export function useFolderDrop(onFolders: (paths: readonly string[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const drop = useEffectEvent((transfer: DataTransfer) => {
    const paths = [...transfer.files].map((file) => window.api.pathOf(file)).filter((path) => path !== '');
    if (paths.length > 0) onFolders(paths);
  });
  useEffect(() => {
    let depth = 0;
    const listening = new AbortController();
    const options = { signal: listening.signal };
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    window.addEventListener(
      'dragenter',
      (event) => {
        if (!hasFiles(event)) return;
        depth += 1;
        setIsOver(true);
      },
      options,
    );
    window.addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault(), options);
    window.addEventListener(
      'dragleave',
      () => {
        depth = Math.max(0, depth - 1);
        if (depth === 0) setIsOver(false);
      },
      options,
    );
    window.addEventListener(
      'drop',
      (event) => {
        event.preventDefault();
        depth = 0;
        setIsOver(false);
        if (event.dataTransfer !== null) drop(event.dataTransfer);
      },
      options,
    );
    return () => listening.abort();
  }, []);
  return isOver;
}
