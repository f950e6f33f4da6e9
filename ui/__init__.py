"""What the page is made of, one file a tab. Knows models; knows nothing of training or export."""
