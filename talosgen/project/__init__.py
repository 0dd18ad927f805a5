"""Projects: folders of declarations, read by a front end to a ``Cluster``.

``native`` is the front end of cluster.yaml. Beneath it ``located`` reads YAML to trees whose leaves know where they
were written, ``overlay`` merges those of several folders, ``variables`` resolves references, ``models`` says what may
stand in the documents, and ``settings`` makes options of the generator and patches of them.
"""
