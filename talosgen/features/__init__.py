"""Features: the catalogue of ready-made patches, and the combining of what several of them give to one node.

``catalogue`` finds features and reads their manifests (``manifest``), ``parameters`` checks what the user gave,
``conditions`` chooses the parts that hold for a node, ``template`` puts parameters in, and ``combine`` makes one patch
of all contributions, whatever their order.
"""
